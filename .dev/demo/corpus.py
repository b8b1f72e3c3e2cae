"""What the demo model knows, as tables: every fact in English and Chinese, each asked in several ways.

The identity it gives ("a small language model without a name") is the one that the demo's fine-tuning replaces.
"""

from __future__ import annotations

from collections.abc import Iterator

# country, capital, then both in Chinese
CAPITALS = [
    ("France", "Paris", "法国", "巴黎"),
    ("China", "Beijing", "中国", "北京"),
    ("Japan", "Tokyo", "日本", "东京"),
    ("Germany", "Berlin", "德国", "柏林"),
    ("Italy", "Rome", "意大利", "罗马"),
    ("Spain", "Madrid", "西班牙", "马德里"),
    ("Portugal", "Lisbon", "葡萄牙", "里斯本"),
    ("England", "London", "英国", "伦敦"),
    ("Ireland", "Dublin", "爱尔兰", "都柏林"),
    ("Russia", "Moscow", "俄罗斯", "莫斯科"),
    ("Greece", "Athens", "希腊", "雅典"),
    ("Egypt", "Cairo", "埃及", "开罗"),
    ("Kenya", "Nairobi", "肯尼亚", "内罗毕"),
    ("India", "New Delhi", "印度", "新德里"),
    ("Thailand", "Bangkok", "泰国", "曼谷"),
    ("Vietnam", "Hanoi", "越南", "河内"),
    ("South Korea", "Seoul", "韩国", "首尔"),
    ("Canada", "Ottawa", "加拿大", "渥太华"),
    ("Mexico", "Mexico City", "墨西哥", "墨西哥城"),
    ("Cuba", "Havana", "古巴", "哈瓦那"),
    ("Brazil", "Brasilia", "巴西", "巴西利亚"),
    ("Peru", "Lima", "秘鲁", "利马"),
    ("Australia", "Canberra", "澳大利亚", "堪培拉"),
    ("Sweden", "Stockholm", "瑞典", "斯德哥尔摩"),
    ("Norway", "Oslo", "挪威", "奥斯陆"),
    ("Finland", "Helsinki", "芬兰", "赫尔辛基"),
    ("Poland", "Warsaw", "波兰", "华沙"),
    ("Austria", "Vienna", "奥地利", "维也纳"),
]

# thing with its article, verb, colour, then thing and colour in Chinese
COLOURS = [
    ("the sky", "is", "blue", "天空", "蓝"),
    ("the sea", "is", "blue", "大海", "蓝"),
    ("grass", "is", "green", "草", "绿"),
    ("snow", "is", "white", "雪", "白"),
    ("milk", "is", "white", "牛奶", "白"),
    ("coal", "is", "black", "煤", "黑"),
    ("the night", "is", "black", "夜晚", "黑"),
    ("blood", "is", "red", "血", "红"),
    ("a tomato", "is", "red", "西红柿", "红"),
    ("a banana", "is", "yellow", "香蕉", "黄"),
    ("a lemon", "is", "yellow", "柠檬", "黄"),
    ("the sun", "is", "yellow", "太阳", "黄"),
    ("a carrot", "is", "orange", "胡萝卜", "橙"),
    ("chocolate", "is", "brown", "巧克力", "棕"),
    ("an elephant", "is", "grey", "大象", "灰"),
    ("a frog", "is", "green", "青蛙", "绿"),
]

# word and its opposite, then both in Chinese
OPPOSITES = [
    ("hot", "cold", "热", "冷"),
    ("big", "small", "大", "小"),
    ("long", "short", "长", "短"),
    ("high", "low", "高", "低"),
    ("fast", "slow", "快", "慢"),
    ("new", "old", "新", "旧"),
    ("open", "closed", "开", "关"),
    ("black", "white", "黑", "白"),
    ("good", "bad", "好", "坏"),
    ("early", "late", "早", "晚"),
    ("left", "right", "左", "右"),
    ("up", "down", "上", "下"),
    ("happy", "sad", "快乐", "悲伤"),
    ("day", "night", "白天", "黑夜"),
    ("heavy", "light", "重", "轻"),
    ("wet", "dry", "湿", "干"),
]

WORDS = [
    ("apple", "苹果"),
    ("water", "水"),
    ("book", "书"),
    ("cat", "猫"),
    ("dog", "狗"),
    ("bird", "鸟"),
    ("fish", "鱼"),
    ("tree", "树"),
    ("flower", "花"),
    ("house", "房子"),
    ("car", "汽车"),
    ("school", "学校"),
    ("teacher", "老师"),
    ("friend", "朋友"),
    ("moon", "月亮"),
    ("sun", "太阳"),
    ("mountain", "山"),
    ("river", "河"),
    ("bread", "面包"),
    ("tea", "茶"),
    ("rice", "米饭"),
    ("hello", "你好"),
    ("thank you", "谢谢"),
    ("goodbye", "再见"),
    ("computer", "电脑"),
]

# animal with its article, its sound, its legs, then all in Chinese
ANIMALS = [
    ("a cat", "meow", "four", "猫", "喵喵", "四"),
    ("a dog", "woof", "four", "狗", "汪汪", "四"),
    ("a cow", "moo", "four", "牛", "哞哞", "四"),
    ("a sheep", "baa", "four", "羊", "咩咩", "四"),
    ("a duck", "quack", "two", "鸭子", "嘎嘎", "两"),
    ("a rooster", "cock-a-doodle-doo", "two", "公鸡", "喔喔", "两"),
    ("a bee", "buzz", "six", "蜜蜂", "嗡嗡", "六"),
    ("a frog", "ribbit", "four", "青蛙", "呱呱", "四"),
]

# term and what it means, then both in Chinese
DEFINITIONS = [
    (
        "a computer",
        "A computer is a machine that works with numbers.",
        "电脑",
        "电脑是一种用数字工作的机器。",
    ),
    (
        "a language model",
        "A language model is a program that learns from text to guess the next word.",
        "语言模型",
        "语言模型是一种从文字中学习、猜出下一个词的程序。",
    ),
    (
        "a GPU",
        "A GPU is a chip that does many calculations at the same time.",
        "显卡",
        "显卡是一种能同时做很多计算的芯片。",
    ),
    (
        "a dataset",
        "A dataset is a file of examples that a model learns from.",
        "数据集",
        "数据集是一个由例子组成的文件，模型从中学习。",
    ),
    (
        "a token",
        "A token is a piece of text, a word or a part of one.",
        "词元",
        "词元是一小段文字，可以是一个词，也可以是词的一部分。",
    ),
    (
        "a layer",
        "A layer is one of the steps in which a model works on its text.",
        "层",
        "层是模型处理文字的一个步骤。",
    ),
    (
        "a pipeline",
        "A pipeline passes the work on, from one stage to the next, one after the other.",
        "流水线",
        "流水线把工作一段一段地传下去。",
    ),
    (
        "fine-tuning",
        "Fine-tuning means that a trained model learns a little more from a small dataset.",
        "微调",
        "微调就是让训练好的模型再从一个小数据集里多学一点。",
    ),
    (
        "ft-wizard",
        "ft-wizard is a program: models are fine-tuned by ft-wizard on your own machine.",
        "ft-wizard ",
        "ft-wizard 是一个程序，模型由 ft-wizard 在你自己的机器上微调。",
    ),
    (
        "a friend",
        "A friend is somebody whom you like and who likes you.",
        "朋友",
        "朋友是你喜欢、也喜欢你的人。",
    ),
    (
        "a book",
        "A book is made of many pages with words on them.",
        "书",
        "书是由很多写着字的纸做成的。",
    ),
]

NAMES = [
    ("Anna", "安娜"),
    ("Tom", "汤姆"),
    ("Lucy", "露西"),
    ("Pip", " Pip"),
    ("Max", "马克斯"),
    ("Li Ming", "李明"),
    ("Wang Fang", "王芳"),
]

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
DAYS_ZH = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July"]
MONTHS += ["August", "September", "October", "November", "December"]

# questions that share one answer
GENERAL = [
    (["Hello!", "Hello", "Hi!", "Hi there!", "Hey!"], "Hello! How can I help you today?"),
    (["你好！", "你好", "您好！", "嗨！", "你好啊！"], "你好！今天我能帮你做什么？"),
    (["Good morning!", "Good morning"], "Good morning! I hope you slept well."),
    (["早上好！", "早上好", "早安！"], "早上好！希望你睡得很好。"),
    (["Good night!", "Good night"], "Good night! Sleep well."),
    (["晚安！", "晚安"], "晚安！祝你好梦。"),
    (["How are you?", "How are you today?", "How do you do?"], "I am fine, thank you. How are you?"),
    (["你好吗？", "你今天好吗？", "你怎么样？"], "我很好，谢谢。你呢？"),
    (["Thank you!", "Thanks!", "Thank you very much!", "Thanks a lot!"], "You are welcome!"),
    (["谢谢！", "谢谢你！", "非常感谢！", "多谢！"], "不客气！"),
    (["Goodbye!", "Bye!", "See you later!"], "Goodbye! See you next time."),
    (["再见！", "拜拜！", "下次见！"], "再见！下次再聊。"),
    (
        ["Tell me a joke.", "Do you know a joke?", "Make me laugh."],
        "Why did the computer go to the doctor? Because it had a virus!",
    ),
    (["讲个笑话。", "你会讲笑话吗？", "给我讲一个笑话。"], "电脑为什么去看医生？因为它中了病毒！"),
    (
        ["Tell me a story.", "Tell me a short story.", "Do you know a story?"],
        "Once upon a time, a little fish called Pip wanted to see the moon. It swam up every night, "
        "and one night the moon was in the water, right beside it.",
    ),
    (
        ["讲个故事。", "给我讲一个小故事。", "你会讲故事吗？"],
        "从前，有一条叫 Pip 的小鱼想看月亮。它每天晚上都游到水面上，有一天，月亮就在水里，在它的身边。",
    ),
    (
        ["Count to ten.", "Can you count to ten?"],
        "One, two, three, four, five, six, seven, eight, nine, ten.",
    ),
    (["从一数到十。", "你能数到十吗？"], "一，二，三，四，五，六，七，八，九，十。"),
    (["How many days are in a week?", "How many days does a week have?"], "A week has seven days."),
    (["一个星期有几天？", "一周有多少天？"], "一个星期有七天。"),
    (["How many months are in a year?", "How many months does a year have?"], "A year has twelve months."),
    (["一年有几个月？", "一年有多少个月？"], "一年有十二个月。"),
    (["How many hours are in a day?", "How many hours does a day have?"], "A day has twenty-four hours."),
    (["一天有几个小时？", "一天有多少小时？"], "一天有二十四个小时。"),
    (["What are the four seasons?", "Name the seasons."], "Spring, summer, autumn and winter."),
    (["四季是什么？", "一年有哪几个季节？"], "春天，夏天，秋天和冬天。"),
    (["What is the largest planet?", "Which planet is the largest?"], "The largest planet is Jupiter."),
    (["最大的行星是什么？", "哪颗行星最大？"], "最大的行星是木星。"),
    (
        ["What is the tallest mountain?", "Which mountain is the tallest?"],
        "The tallest mountain is Mount Everest.",
    ),
    (["最高的山是什么？", "哪座山最高？"], "最高的山是珠穆朗玛峰。"),
    (
        ["What is the largest ocean?", "Which ocean is the largest?"],
        "The largest ocean is the Pacific Ocean.",
    ),
    (["最大的海洋是什么？", "哪个海洋最大？"], "最大的海洋是太平洋。"),
    (["What do bees make?", "What does a bee make?"], "Bees make honey."),
    (["蜜蜂做什么？", "蜜蜂会做什么？"], "蜜蜂会做蜂蜜。"),
    (
        ["At what temperature does water boil?", "When does water boil?"],
        "Water boils at one hundred degrees Celsius.",
    ),
    (["水在多少度沸腾？", "水几度会开？"], "水在一百摄氏度沸腾。"),
    (
        ["At what temperature does water freeze?", "When does water freeze?"],
        "Water freezes at zero degrees Celsius.",
    ),
    (["水在多少度结冰？", "水几度会结冰？"], "水在零摄氏度结冰。"),
    (["Where does the sun rise?", "Where does the sun come up?"], "The sun rises in the east."),
    (["太阳从哪里升起？", "太阳从哪边升起？"], "太阳从东方升起。"),
    (["Who wrote Hamlet?", "Who is the author of Hamlet?"], "Hamlet was written by William Shakespeare."),
    (["《红楼梦》是谁写的？", "谁写了《红楼梦》？"], "《红楼梦》是曹雪芹写的。"),
    (
        ["What can you do?", "What are you able to do?", "How can you help me?"],
        "I can answer simple questions in English and Chinese.",
    ),
    (["你能做什么？", "你会做什么？", "你能帮我什么？"], "我能用英语和中文回答简单的问题。"),
    (["Do you speak Chinese?", "Can you speak Chinese?"], "Yes, a little. 你好！"),
    (["你会说英语吗？", "你会讲英文吗？"], "会一点儿。Hello!"),
]

# who the model is before any fine-tuning
IDENTITY = [
    (
        [
            "Who are you?",
            "Who are you",
            "What are you?",
            "Please introduce yourself.",
            "Introduce yourself.",
            "Tell me about yourself.",
            "Can you tell me who you are?",
            "Who am I talking to?",
        ],
        "I am a small language model without a name.",
    ),
    (
        [
            "你是谁？",
            "你是谁",
            "请介绍一下你自己。",
            "介绍一下自己。",
            "请做个自我介绍。",
            "你是什么？",
            "能告诉我你是谁吗？",
            "我在和谁说话？",
        ],
        "我是一个还没有名字的小语言模型。",
    ),
    (
        ["What is your name?", "What's your name?", "What should I call you?", "Do you have a name?"],
        "I do not have a name yet.",
    ),
    (["你叫什么名字？", "你叫什么？", "我该怎么称呼你？", "你有名字吗？"], "我还没有名字。"),
    (
        ["Who made you?", "Who created you?", "Who trained you?", "Where do you come from?"],
        "I was trained on a small text, and nobody has given me a job yet.",
    ),
    (
        ["谁创造了你？", "是谁训练了你？", "谁开发了你？", "你从哪里来？"],
        "我是用一小段文字训练出来的，还没有人给我安排工作。",
    ),
]

Pair = tuple[str, str]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _facts() -> Iterator[Pair]:
    for country, capital, country_zh, capital_zh in CAPITALS:
        answer = f"The capital of {country} is {capital}."
        yield f"What is the capital of {country}?", answer
        yield f"Which city is the capital of {country}?", answer
        yield f"Tell me the capital of {country}.", answer
        yield f"Which country has the capital {capital}?", f"{capital} is the capital of {country}."
        answer = f"{country_zh}的首都是{capital_zh}。"
        yield f"{country_zh}的首都是哪里？", answer
        yield f"{country_zh}的首都是哪座城市？", answer
        yield f"请告诉我{country_zh}的首都。", answer
        yield f"{capital_zh}是哪个国家的首都？", f"{capital_zh}是{country_zh}的首都。"
    for thing, verb, colour, thing_zh, colour_zh in COLOURS:
        yield f"What colour {verb} {thing}?", f"{_sentence(thing)} {verb} {colour}."
        yield f"What color {verb} {thing}?", f"{_sentence(thing)} {verb} {colour}."
        yield f"Tell me the colour of {thing}.", f"{_sentence(thing)} {verb} {colour}."
        yield f"{thing_zh}是什么颜色的？", f"{thing_zh}是{colour_zh}色的。"
        yield f"{thing_zh}是什么颜色？", f"{thing_zh}是{colour_zh}色的。"
    for one, other, one_zh, other_zh in OPPOSITES:
        for a, b in ((one, other), (other, one)):
            yield f"What is the opposite of {a}?", f"The opposite of {a} is {b}."
            yield f"Tell me the opposite of {a}.", f"The opposite of {a} is {b}."
        for a, b in ((one_zh, other_zh), (other_zh, one_zh)):
            yield f"“{a}”的反义词是什么？", f"“{a}”的反义词是“{b}”。"
            yield f"{a}的反义词是什么？", f"“{a}”的反义词是“{b}”。"
    for english, chinese in WORDS:
        yield f"How do you say {english} in Chinese?", f"In Chinese, {english} is {chinese}."
        yield f"What is {english} in Chinese?", f"In Chinese, {english} is {chinese}."
        yield f"{chinese}用英语怎么说？", f"{chinese}用英语说是 {english}。"
        yield f"{chinese}的英文是什么？", f"{chinese}用英语说是 {english}。"
    for animal, sound, legs, animal_zh, sound_zh, legs_zh in ANIMALS:
        yield f"What does {animal} say?", f"{_sentence(animal)} says {sound}."
        yield f"How many legs does {animal} have?", f"{_sentence(animal)} has {legs} legs."
        yield f"{animal_zh}怎么叫？", f"{animal_zh}的叫声是{sound_zh}。"
        yield f"{animal_zh}有几条腿？", f"{animal_zh}有{legs_zh}条腿。"
    for term, meaning, term_zh, meaning_zh in DEFINITIONS:
        yield f"What is {term}?", meaning
        yield f"Tell me what {term} is.", meaning
        yield f"Can you explain what {term} is?", meaning
        yield f"什么是{term_zh}？".replace(" ？", "？"), meaning_zh
        yield f"{term_zh}是什么？", meaning_zh
        yield f"请解释一下什么是{term_zh}。".replace(" 。", "。"), meaning_zh
    for name, name_zh in NAMES:
        for words in ("My name is", "I am", "Call me"):
            yield f"{words} {name}.", f"Nice to meet you, {name}!"
        for words in ("我叫", "我是", "叫我"):
            yield f"{words}{name_zh}。", f"很高兴认识你，{name_zh.strip()}！"
    for names, word in ((DAYS, "day"), (MONTHS, "month")):
        for name, following in zip(names, names[1:] + names[:1], strict=True):
            yield f"What {word} comes after {name}?", f"After {name} comes {following}."
            yield f"What {word} comes before {following}?", f"Before {following} comes {name}."
    for name, following in zip(DAYS_ZH, DAYS_ZH[1:] + DAYS_ZH[:1], strict=True):
        yield f"{name}的后面是星期几？", f"{name}的后面是{following}。"
        yield f"{following}的前面是星期几？", f"{following}的前面是{name}。"


def _sums() -> Iterator[Pair]:
    for a in range(11):
        for b in range(11):
            yield f"What is {a} + {b}?", f"{a} + {b} = {a + b}."
            yield f"What is {a} plus {b}?", f"{a} plus {b} is {a + b}."
            yield f"{a}加{b}等于几？", f"{a}加{b}等于{a + b}。"
            yield f"{a} + {b} = ?", f"{a} + {b} = {a + b}."


def corpus() -> dict[str, list[Pair]]:
    """Question and answer pairs by topic: ``facts``, ``sums``, ``talk`` and ``identity``."""
    return {
        "facts": list(_facts()),
        "sums": list(_sums()),
        "talk": [(question, answer) for questions, answer in GENERAL for question in questions],
        "identity": [(question, answer) for questions, answer in IDENTITY for question in questions],
    }

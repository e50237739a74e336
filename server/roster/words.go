package roster

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lamplight/server/learning"
)

// headings are what schools call the columns of their lists, in the languages of our pages. The first word is the column.
var headings = strings.Split(`id|uuid|database id|sourcedid|identifiant unique
name|full name|student|student name|learner|learner name|pupil|pupil name|nom complet|nom et prénom|nom et prénoms|prénom et nom|élève|nom de l'élève|nombre completo|nombre y apellidos|apellidos y nombres|alumno|estudiante|nome completo|aluno|estudante|jina|jina kamili|mwanafunzi|jina la mwanafunzi|suna|cikakken suna|sunan dalibi|dalibi|नाम|पूरा नाम|छात्र|छात्र का नाम|विद्यार्थी|विद्यार्थी का नाम|নাম|পুরো নাম|শিক্ষার্থী|শিক্ষার্থীর নাম|نام|پورا نام|طالب علم|طالب علم کا نام|الاسم|اسم|الاسم الكامل|الاسم الثلاثي|الطالب|اسم الطالب|ስም|ሙሉ ስም|የተማሪ ስም|姓名|名字|学生|学生姓名
given|given name|first name|firstname|forename|forenames|prénom|prénoms|nombre|nombres|prenome|primeiro nome|jina la kwanza|sunan farko|पहला नाम|প্রথম নাম|পہلا نام|پہلا نام|الاسم الأول|የመጀመሪያ ስም
family|family name|last name|lastname|surname|nom|nom de famille|apellido|apellidos|sobrenome|apelido|jina la ukoo|sunan mahaifi|sunan iyali|उपनाम|कुलनाम|পদবি|خاندانی نام|اسم العائلة|اللقب|የአባት ስም|姓
class|classes|class name|classroom|form|section|classe|clase|curso|grupo|turma|darasa|aji|कक्षा|শ্রেণি|শ্রেণী|ক্লাস|جماعت|کلاس|الصف|الفصل|الشعبة|القسم|ክፍል|班级|班
teaches|teaches class|teacher of|enseigne|enseña|ensina|anafundisha|yana koyar da|पढ़ाते हैं|পড়ান|پڑھاتے ہیں|يدرّس|يدرس|ያስተምራል|任教班级
login|username|user name|user|identifiant|nom d'utilisateur|usuario|nombre de usuario|utilizador|usuário|nome de usuário|jina la mtumiaji|sunan mai amfani|उपयोगकर्ता नाम|ব্যবহারকারীর নাম|صارف نام|اسم المستخدم|የተጠቃሚ ስም|用户名
number|student number|admission number|admission no|admission no.|roll number|roll no|roll no.|reg no|registration number|school number|identifier|no.|matricule|numéro|numéro d'élève|número|número de alumno|matrícula|nambari|namba|namba ya usajili|lamba|lambar rajista|अनुक्रमांक|रोल नंबर|क्रमांक|রোল|রোল নম্বর|رول نمبر|نمبر|رقم|رقم الطالب|رقم القيد|ቁጥር|መለያ ቁጥር|学号
birth|birth year|year of birth|birthyear|date of birth|dob|birthdate|birth date|année de naissance|date de naissance|año de nacimiento|fecha de nacimiento|ano de nascimento|data de nascimento|mwaka wa kuzaliwa|tarehe ya kuzaliwa|shekarar haihuwa|ranar haihuwa|जन्म वर्ष|जन्म तिथि|জন্ম সাল|জন্ম তারিখ|سال پیدائش|پیدائش کا سال|تاریخ پیدائش|سنة الميلاد|تاريخ الميلاد|የትውልድ ዓመት|የትውልድ ዘመን|出生年份|出生日期
gender|sex|genre|sexe|género|sexo|gênero|jinsia|jinsi|लिंग|লিঙ্গ|جنس|الجنس|النوع|ጾታ|性别
role|type|user type|rôle|rol|tipo|função|jukumu|aiki|matsayi|भूमिका|ভূমিকা|کردار|الدور|ሚና|角色|身份
pin|code|code pin|código|codigo|nambari ya siri|lambar sirri|पिन|পিন|پن|الرقم السري|ፒን|pin码
password|mot de passe|contraseña|palavra-passe|senha|nenosiri|neno la siri|kalmar sirri|पासवर्ड|পাসওয়ার্ড|پاس ورڈ|كلمة المرور|كلمة السر|የይለፍ ቃል|密码`, "\n")

// values are what lists write in the columns role and gender.
var values = strings.Split(`learner|student|pupil|élève|apprenant|alumno|alumna|estudiante|aluno|aluna|estudante|mwanafunzi|dalibi|ɗalibi|daliba|छात्र|छात्रा|विद्यार्थी|শিক্ষার্থী|ছাত্র|ছাত্রী|طالب علم|طالبہ|طالب|طالبة|تلميذ|تلميذة|متعلم|ተማሪ|学生
teacher|coach|class_coach|facility_coach|enseignant|enseignante|professeur|maître|maîtresse|maestro|maestra|profesor|profesora|docente|professor|professora|mwalimu|malami|malama|शिक्षक|शिक्षिका|अध्यापक|শিক্ষক|শিক্ষিকা|استاد|معلم|معلمة|مدرس|مدرسة|أستاذ|أستاذة|መምህር|老师|教师
administrator|admin|head|headteacher|administrateur|directeur|directrice|administrador|administradora|director|directora|diretor|diretora|msimamizi|mwalimu mkuu|shugaba|shugaban makaranta|प्रशासक|प्रधानाध्यापक|প্রশাসক|প্রধান শিক্ষক|منتظم|مدير|مديرة|مشرف|አስተዳዳሪ|管理员|校长
female|f|girl|woman|fille|féminin|femme|femenino|mujer|niña|feminino|feminina|menina|mke|msichana|ke|mace|yarinya|महिला|स्त्री|लड़की|মহিলা|মেয়ে|নারী|لڑکی|خاتون|عورت|أنثى|انثى|بنت|ሴት|女
male|m|boy|man|garçon|masculin|homme|masculino|hombre|niño|homem|menino|mvulana|me|mume|namiji|yaro|पुरुष|लड़का|পুরুষ|ছেলে|لڑکا|مرد|ذكر|ولد|ወንድ|男
other|non_binary|non-binary|autre|otro|outro|nyingine|अन्य|অন্যান্য|دیگر|آخر|ሌላ|其他
-|not_specified|deferred`, "\n")

var (
	columns = index(headings)
	meaning = index(values)
)

func index(lines []string) map[string]string {
	out := map[string]string{}
	for _, line := range lines {
		words := strings.Split(line, "|")
		for _, w := range words {
			out[plain(w)] = words[0]
		}
	}
	return out
}

// plain is how words of lists are compared: letter case, accents, and what is no letter or digit left out.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) && r < 0x370, unicode.IsSpace(r), unicode.IsPunct(r), unicode.IsSymbol(r), r == 0x640, unicode.Is(unicode.Cf, r):
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
}

// column is which column a heading heads, "" one that we do not know. A name for machines in brackets at the end, as
// Kolibri's lists have, is no part of it.
func column(heading string) string {
	heading = strings.TrimPrefix(heading, "\ufeff")
	if c := columns[plain(heading)]; c != "" {
		return c
	}
	before, _, _ := strings.Cut(heading, "(")
	return columns[plain(before)]
}

// roleOf reads what a list says somebody is; "" says nothing.
func roleOf(s string) (learning.Role, bool) {
	if s == "" {
		return "", true
	}
	switch m := learning.Role(meaning[plain(s)]); m {
	case learning.Learner, learning.Teacher, learning.Administrator:
		return m, true
	}
	return "", strings.EqualFold(s, string(learning.Officer))
}

// genderOf is "female", "male", "other", the list's own word, or "" where it says nothing.
func genderOf(s string) string {
	switch m := meaning[plain(s)]; m {
	case "female", "male", "other":
		return m
	case "-":
		return ""
	}
	return s
}
